"""Results become charts. Nothing here knows of Streamlit."""
