"""Several processes as one server: gateways that hold sockets, engines that see only numbers."""
