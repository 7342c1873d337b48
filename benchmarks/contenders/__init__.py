"""What chartlake is compared with. Each module is a program: `python -m … FOLDER`."""
