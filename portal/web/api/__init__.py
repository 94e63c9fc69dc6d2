"""What an ISP's own programs are offered over HTTP, version 1 (``docs/api.md``)."""
