"""The version, where the program itself says it."""

VERSION = "0.1.0"
