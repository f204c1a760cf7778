"""The settings, one module a section of `conf/base`."""
