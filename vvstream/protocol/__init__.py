"""The wire protocol without the wire: messages, their JSON, and the machine that decides.

Standard library only. Nothing here reads a clock, a socket or a thread: the time is an argument.
"""
