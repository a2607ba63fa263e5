"""How fast the engines are here, beside what this machine allows."""
