"""The Streamlit page: it reads the store and the API only, and never imports Dagster."""
