"""The capture log: its columns, files and rows; an importer of another format is a module here."""
