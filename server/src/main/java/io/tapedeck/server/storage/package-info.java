/** The folder, the object store and the catalog that a configuration names: what the server and the tools open. */
package io.tapedeck.server.storage;
