"""What can be done, in the order in which a dossier goes."""
