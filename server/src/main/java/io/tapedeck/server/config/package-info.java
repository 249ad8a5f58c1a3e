/**
 * Every setting, once, with its default and how it is read; and a configuration made of defaults, a file, variables and
 * flags. What is unknown or wrong stops the start, with a suggestion.
 */
package io.tapedeck.server.config;
