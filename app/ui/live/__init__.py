"""The workspace Live: a camera or a stream, analysed as it comes."""
