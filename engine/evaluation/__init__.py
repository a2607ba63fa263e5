"""Judges of free-running models: do they do what they are asked, stay alive, follow a score?"""
