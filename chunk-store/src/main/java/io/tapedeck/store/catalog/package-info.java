/**
 * The catalog over JDBC, on SQLite and on PostgreSQL with one set of SQL. {@code JdbcCatalog} is the way in; each other
 * class has one subject and works inside a {@code Transaction} that {@code Database} opens. The tables and when each is
 * written are described in the migrations beside this package's classes.
 */
package io.tapedeck.store.catalog;
