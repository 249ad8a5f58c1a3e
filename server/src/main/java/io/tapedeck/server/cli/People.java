package io.tapedeck.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.playback.PasswordHasher;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.By;
import io.tapedeck.store.PeopleCatalog;
import io.tapedeck.store.PeopleCatalog.Person;
import io.tapedeck.store.PeopleRefusal;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The accounts, as a command reaches them. What is refused is a {@link StoreException} or a {@link UsageException} that says why. */
interface People {
    List<Person> all() throws InterruptedException;

    void add(String name, Role role, String password) throws InterruptedException;

    /** Null for what stays as it is. Another password ends the account's logins. */
    void change(String name, Role role, String password) throws InterruptedException;

    void remove(String name) throws InterruptedException;

    /** How roles are called. */
    static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /** In the catalog itself. */
    record InCatalog(PeopleCatalog catalog, Clock clock) implements People {
        private static final PasswordHasher HASHER = new PasswordHasher();

        @Override
        public List<Person> all() {
            return catalog.accounts(clock.millis());
        }

        @Override
        public void add(String name, Role role, String password) {
            Account account;
            try {
                account = new Account(name, role, HASHER.hash(password));
            } catch (IllegalArgumentException e) {
                throw new UsageException(e.getMessage());
            }
            change(() -> catalog.add(account, by()));
        }

        @Override
        public void change(String name, Role role, String password) {
            String hash = password == null ? null : HASHER.hash(password);
            change(() -> catalog.change(name, role, hash, null, by()));
        }

        @Override
        public void remove(String name) {
            change(() -> catalog.remove(name, by()));
        }

        private By by() {
            return new By("tapedeck user", clock.millis());
        }

        private static void change(Runnable change) {
            try {
                change.run();
            } catch (IllegalArgumentException e) {
                throw new UsageException(e.getMessage());
            } catch (PeopleRefusal e) {
                throw new StoreException(StoreErrorKind.CONFLICT, e.getMessage(), e);
            }
        }
    }

    /** Through the server that has the catalog open. */
    record ThroughServer(ControlClient server) implements People {
        private static final String PATH = "/api/v1/users";

        @Override
        public List<Person> all() throws InterruptedException {
            List<Person> all = new ArrayList<>();
            for (JsonNode user : server.send("GET", PATH).path("users")) {
                all.add(new Person(
                        user.path("name").asText(),
                        Role.valueOf(user.path("role").asText().toUpperCase(Locale.ROOT)),
                        user.path("logins").asInt()));
            }
            return all;
        }

        @Override
        public void add(String name, Role role, String password) throws InterruptedException {
            server.send("POST", PATH, body(role, password).put("name", name));
        }

        @Override
        public void change(String name, Role role, String password) throws InterruptedException {
            server.send("PATCH", path(name), body(role, password));
        }

        @Override
        public void remove(String name) throws InterruptedException {
            server.send("DELETE", path(name));
        }

        private static String path(String name) {
            return PATH + "/" + ControlClient.encoded(name);
        }

        private static ObjectNode body(Role role, String password) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            if (role != null) {
                body.put("role", word(role));
            }
            if (password != null) {
                body.put("password", password);
            }
            return body;
        }
    }
}
