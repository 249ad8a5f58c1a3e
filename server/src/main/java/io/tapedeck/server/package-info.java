/**
 * The program: reads its configuration, opens what that names, wires the gateways to the store ({@code Wiring}, the only
 * place that picks implementations), listens, and stops in order. Nobody depends on this package.
 */
package io.tapedeck.server;
