"""How what people write down is read: strict YAML, text per language, problems with their lines.

Questionnaires and value frameworks share it; nothing here knows what either of them is about.
"""
