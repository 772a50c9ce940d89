"""Runs the migrations of one owner on the connection that ``waardewerk.migrate`` hands over."""

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], **attributes["options"])
context.run_migrations()
