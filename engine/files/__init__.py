"""Files of any kind, written whole and read with limits: nothing of music, of models or of windows."""
