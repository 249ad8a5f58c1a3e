package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore;

/** The same on a file system that knows no hard links. */
class FileObjectStoreWithoutLinksTest extends FileObjectStoreTest {
    @Override
    protected ObjectStore open() {
        return new FileObjectStore(root(), false);
    }
}
