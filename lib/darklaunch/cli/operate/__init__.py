"""Operating: lines for collectors of logs, notification, retention."""
