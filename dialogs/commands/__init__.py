"""What people type as commands. How to add one: `dialogs.commands.registry`."""
