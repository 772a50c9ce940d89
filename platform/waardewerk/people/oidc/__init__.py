"""OpenID Connect: people sign in where their organisation knows them.

Nothing here knows the web or the database: a `Provider` is asked over HTTP, what it says is
checked, and what it means for somebody's rights is calculated.
"""
