"""Excel in and out: workbooks read with care, their rows turned into changes of records, ledgers written as sheets.

Nothing here touches disk or git: bytes and redacted records go in, bytes and changes come out.
"""
