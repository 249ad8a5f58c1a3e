package io.tapedeck.store;

import io.tapedeck.store.ObjectStore.StoredObject;
import java.util.List;

/** Goes through all objects whose keys begin alike, in byte order, however many pages they take. Blocks. */
public final class ObjectListing {
    /** The most that one call lists. */
    private static final int PAGE = 1_000;

    private ObjectListing() {}

    /** Takes one object. */
    public interface ObjectConsumer {
        void take(StoredObject object) throws InterruptedException;
    }

    /** Takes one or more objects that follow one another. */
    public interface PageConsumer {
        void take(List<StoredObject> page) throws InterruptedException;
    }

    /** Every object, one by one. They may be deleted meanwhile. */
    public static void each(ObjectStore objects, String prefix, ObjectConsumer consumer) throws InterruptedException {
        eachPage(objects, prefix, null, page -> {
            for (StoredObject object : page) {
                consumer.take(object);
            }
        });
    }

    /**
     * Every object, some at a time.
     *
     * @param from the key after which to begin; null: with the first
     */
    public static void eachPage(ObjectStore objects, String prefix, String from, PageConsumer consumer)
            throws InterruptedException {
        String after = from;
        List<StoredObject> page;
        do {
            page = Calls.await(objects.list(prefix, after, PAGE));
            if (!page.isEmpty()) {
                after = page.get(page.size() - 1).key();
                consumer.take(page);
            }
        } while (page.size() == PAGE);
    }
}
