"""What carries sessions over the network: Starlette on uvicorn."""
