"""The report as files for people and tools: PDF, XLSX, CSV, Markdown, JUnit."""
