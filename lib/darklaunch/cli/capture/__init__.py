"""The commands of `darklaunch capture`."""
