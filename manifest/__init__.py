"""The Teams app package: manifest, languages, icons, and what builds the zip."""
