"""Runs a program in a terminal of its own until it has printed some words, then presses Ctrl-C; exits as it exits.

Arguments: the words, the program and its arguments. What the program prints goes to stdout.
"""

import os
import pty
import sys

words, program = sys.argv[1].encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(program[0], program)
seen, pressed = b"", False
while True:
    try:
        text = os.read(terminal, 4096)
    except OSError:  # Linux's way to tell that the program has closed its terminal
        break
    if not text:
        break
    seen += text
    os.write(1, text)
    if not pressed and words in seen:
        pressed = True
        os.write(terminal, b"\x03")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
