/** What both gateways share of HTTP: errors as problem+json, request ids, proxies, assets, headers, the access log. */
package io.tapedeck.http;
