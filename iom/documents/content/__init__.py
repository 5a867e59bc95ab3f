"""What may be in a file, and how it is made safe. Runs in a process of its own (`guard.py`), without Django."""
