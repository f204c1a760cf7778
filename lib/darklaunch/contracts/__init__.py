"""Great Expectations judges the profile of a window, and the words it is told in."""
