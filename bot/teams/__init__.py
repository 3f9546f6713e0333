"""Bot Framework and Teams: the only place beside dialogs/ that imports botbuilder."""
