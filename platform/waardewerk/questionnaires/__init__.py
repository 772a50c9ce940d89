"""Questionnaires, inquiries, answers and agreements."""
