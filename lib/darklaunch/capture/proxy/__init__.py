"""The stand-alone mirror: a proxy before a service of any language, with the mirror behind it."""
