"""Live: a camera or stream analysed as it comes, and what the window shows of it."""
