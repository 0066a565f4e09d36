"""A report of a session that a teacher reads in a minute: one web page, or a PDF of the same.

``data`` gathers, ``sections`` say it in words, tables and ``charts``, ``html`` and ``pdf`` draw it.
"""
