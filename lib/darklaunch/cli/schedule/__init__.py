"""Windows for schedulers: the hour or day that was over last, and many windows one after the other."""
