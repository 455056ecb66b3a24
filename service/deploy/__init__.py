"""Files with which the service is put into operation: `styrgraf deploy` prints them; docs/operations.md tells how they are used."""
