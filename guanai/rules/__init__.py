"""What the school owes its children and when: duties, attendance, warnings, persuasion, indicators. Pure."""
