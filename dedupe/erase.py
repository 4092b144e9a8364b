"""Stories taken out of the evidence."""
FOLDER = ".dedupe"
