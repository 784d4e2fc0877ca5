"""An honest, served forecast of the S&P 500's return, as software-defined assets."""

__version__ = "0.1.0"
