"""Who thinks alike: opinion groups from votes. Pure: no database, no clock, seeded chance.

``group_people`` turns ``Votes`` into a ``Grouping`` by the rules of an ``Engine``. The same votes
give the same groups, in whatever order they came in.
"""
