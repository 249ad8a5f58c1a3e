package io.tapedeck.server.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Setting;
import io.tapedeck.server.config.Settings;
import io.tapedeck.store.AdoptionCatalog.Making;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreSettings;
import io.tapedeck.store.WrappedKeyCatalog;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.object.EncryptingObjectStore;
import io.tapedeck.store.object.FileObjectStore;
import io.tapedeck.store.object.MasterKeys;
import io.tapedeck.store.object.MeteredObjectStore;
import io.tapedeck.store.object.S3ObjectStore;
import io.tapedeck.store.object.S3Settings;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The object store and the catalog that a configuration names, open: what the server and the tools have in common. The only
 * place that picks implementations of the two. Owns both until {@link #close}.
 */
public final class Stores implements AutoCloseable {
    /** A session whose windows have all said that they end need not be silent for longer. */
    private static final Duration FINAL_SETTLE_AFTER_MAX = Duration.ofSeconds(30);

    /** In a data folder: the journal and the node's id. */
    public static final String NODE_FOLDER = "store";

    private static final int SETTLERS_DEFAULT_MAX = 4;
    private static final long HEAP_OF_A_SETTLER = 256L << 20;

    private static final String CATALOG_FILE = "catalog.db";

    private final Configuration configuration;
    private final Path folder;
    private final StoreAddress address;
    private final JdbcCatalog catalog;
    private final ObjectStore stored;
    private final ObjectStore objects;

    private Stores(Configuration configuration, Path folder, JdbcCatalog catalog, MeterRegistry meters) {
        this.configuration = configuration;
        this.folder = folder;
        this.address = address(configuration, folder);
        this.catalog = catalog;
        this.stored = new MeteredObjectStore(objectStore(get(Settings.STORE_URL), s3Settings()), meters);
        try {
            this.objects = decrypting();
        } catch (RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    /**
     * Opens both; the catalog's tables are brought up to date. {@code folder} is held by this process.
     *
     * @throws StartupException if the catalog's objects are in another object store; that one is not touched, nor made.
     *     Or if the catalog is being made
     */
    public static Stores open(Configuration configuration, Path folder, MeterRegistry meters) {
        Stores stores = openToMake(configuration, folder, meters);
        try {
            stores.requireWhole();
            return stores;
        } catch (RuntimeException e) {
            stores.close();
            throw e;
        }
    }

    /** Opens both as {@link #open} does, also where the catalog is half made, for those who make it. */
    public static Stores openToMake(Configuration configuration, Path folder, MeterRegistry meters) {
        JdbcCatalog catalog = JdbcCatalog.open(catalogSettings(configuration, folder), meters);
        return with(catalog, () -> {
            address(configuration, folder).requireHolds(catalog.adoption().stores(), embedded(folder));
            return new Stores(configuration, folder, catalog, meters);
        });
    }

    /** Opens both to look, beside a server that may run on the same folder; the object store may be a copy, to be verified. */
    public static Stores openReadOnly(Configuration configuration, Path folder, MeterRegistry meters) {
        CatalogSettings settings = catalogSettings(configuration, folder);
        requireCatalog(configuration, folder);
        JdbcCatalog catalog = JdbcCatalog.openReadOnly(settings, meters);
        return with(catalog, () -> new Stores(configuration, folder, catalog, meters));
    }

    /** @throws StartupException if the catalog would have to be made first */
    public static void requireCatalog(Configuration configuration, Path folder) {
        if (hasNoCatalog(configuration, folder)) {
            throw new StartupException(
                    "There is no catalog at " + folder.resolve(CATALOG_FILE).toAbsolutePath()
                            + ". Name the data folder with --data-dir, or make a catalog anew with tapedeck reindex.",
                    null);
        }
    }

    /** Whether the catalog is in the folder and was not made yet; of another database that is not known before it is opened. */
    public static boolean hasNoCatalog(Configuration configuration, Path folder) {
        return configuration.get(Settings.CATALOG_URL) == null
                && !folder.resolve(CATALOG_FILE).toFile().exists();
    }

    /** Closes the catalog if nothing comes of it. */
    private static Stores with(JdbcCatalog catalog, Supplier<Stores> stores) {
        try {
            return stores.get();
        } catch (RuntimeException e) {
            catalog.close();
            throw e;
        }
    }

    /** Whether several processes may use the configuration's catalog at once. */
    public static boolean isShared(Configuration configuration) {
        String url = configuration.get(Settings.CATALOG_URL);
        return url != null && url.startsWith("jdbc:postgresql:");
    }

    public JdbcCatalog catalog() {
        return catalog;
    }

    public Catalogs catalogs() {
        return catalog.catalogs();
    }

    public ObjectStore objects() {
        return objects;
    }

    /** The object store without decryption. */
    public ObjectStore stored() {
        return stored;
    }

    /** Stands in the catalog beside every object, so that {@link #open} refuses to look for it in another store. */
    public String objectStoreId() {
        return address.id();
    }

    /** @throws StartupException if the catalog is being made anew, or that was interrupted */
    public void requireWhole() {
        catalog.adoption().making().map(Stores::commandOf).ifPresent(command -> {
            throw new StartupException(
                    "The catalog is not whole: " + command + " is at work, or was interrupted. Run " + command
                            + " again, to its end, before anything else.",
                    null);
        });
    }

    private static String commandOf(Making making) {
        return switch (making) {
            case REINDEX -> "tapedeck reindex";
            case RESTORE -> "tapedeck restore";
        };
    }

    private static StoreAddress address(Configuration configuration, Path folder) {
        return StoreAddress.of(configuration.get(Settings.STORE_URL), embedded(folder));
    }

    /** Where objects are in a data folder, if no {@code store-url} is given. */
    private static Path embedded(Path folder) {
        return folder.resolve("objects");
    }

    /** How the store works in this process. */
    public StoreSettings settings() {
        boolean stored = get(Settings.ACK).equals("stored");
        StoreSettings defaults = StoreSettings.defaults(
                folder.resolve(NODE_FOLDER),
                objectStoreId(),
                stored ? StoreSettings.Ack.STORED : StoreSettings.Ack.JOURNALED);
        JournalSettings journal = defaults.journal();
        UpkeepSettings upkeep = defaults.upkeep();
        Duration settleAfter = get(Settings.SETTLE_AFTER);
        return new StoreSettings(
                defaults.folder(),
                defaults.objectStoreId(),
                get(Settings.ROLES).contains("recorder"),
                get(Settings.ROLES).contains("upkeep"),
                defaults.ack(),
                defaults.storedWaitMs(),
                new JournalSettings(
                        journal.fileBytes(),
                        get(Settings.JOURNAL_BYTES_MAX),
                        journal.diskShareMax(),
                        journal.freeShareMin(),
                        journal.pendingBytesMax()),
                defaults.flush().withLevel(get(Settings.SEGMENT_LEVEL)),
                new UpkeepSettings(
                        Math.min(upkeep.intervalMs(), Math.max(1_000, settleAfter.toMillis())),
                        settleAfter.toMillis(),
                        Math.min(settleAfter.toMillis(), FINAL_SETTLE_AFTER_MAX.toMillis()),
                        upkeep.leaseMs(),
                        get(Settings.GC_GRACE).toMillis(),
                        upkeep.staleIntentAfterMs(),
                        upkeep.memoryBytesMax(),
                        settlers(),
                        upkeep.parts(),
                        get(Settings.SETTLE_LEVEL),
                        upkeep.compactAfterMs()));
    }

    private boolean isOnS3() {
        URI url = get(Settings.STORE_URL);
        return url != null && url.getScheme().equals("s3");
    }

    /** From S3 settling waits for most of its time: more than one session at once keep a processor busy. */
    private int settlers() {
        Integer set = get(Settings.SETTLE_THREADS);
        if (set != null) {
            return set;
        }
        return isOnS3() ? settlersOf(Runtime.getRuntime().maxMemory()) : 1;
    }

    /** Rounded: a heap is a little smaller than {@code -Xmx} says, by how much depends on the collector. */
    static int settlersOf(long heapBytes) {
        long byHeap = Math.round((double) heapBytes / HEAP_OF_A_SETTLER);
        return (int) Math.max(1, Math.min(SETTLERS_DEFAULT_MAX, byHeap));
    }

    /** Another object store, with the credentials for backups. The caller closes it. */
    public static ObjectStore backup(Configuration configuration, URI url) {
        S3Access access = new S3Access(
                either(configuration, Settings.BACKUP_S3_ENDPOINT, Settings.S3_ENDPOINT),
                either(configuration, Settings.BACKUP_S3_REGION, Settings.S3_REGION),
                either(configuration, Settings.BACKUP_S3_ACCESS_KEY, Settings.S3_ACCESS_KEY),
                either(configuration, Settings.BACKUP_S3_SECRET_KEY, Settings.S3_SECRET_KEY),
                configuration.get(Settings.S3_PATH_STYLE));
        return objectStore(url, access, null);
    }

    private static <T> T either(Configuration configuration, Setting<T> first, Setting<T> second) {
        T value = configuration.get(first);
        return value != null ? value : configuration.get(second);
    }

    private record S3Access(URI endpoint, String region, String accessKey, String secretKey, Boolean pathStyle) {}

    private S3Access s3Settings() {
        return new S3Access(
                get(Settings.S3_ENDPOINT),
                get(Settings.S3_REGION),
                get(Settings.S3_ACCESS_KEY),
                get(Settings.S3_SECRET_KEY),
                get(Settings.S3_PATH_STYLE));
    }

    private ObjectStore objectStore(URI url, S3Access access) {
        return objectStore(url, access, embedded(folder));
    }

    private static ObjectStore objectStore(URI url, S3Access access, Path embedded) {
        if (url == null) {
            return new FileObjectStore(embedded);
        }
        return switch (url.getScheme()) {
            case "file" -> new FileObjectStore(Path.of(url.getPath()));
            case "s3" -> new S3ObjectStore(s3(url, access));
            default -> throw new AssertionError("the setting allows no other scheme: " + url.getScheme());
        };
    }

    private static S3Settings s3(URI url, S3Access access) {
        S3Settings settings = S3Settings.of(url).withRegion(access.region());
        if (access.endpoint() != null) {
            settings = settings.withEndpoint(access.endpoint());
        }
        if (access.pathStyle() != null) {
            settings = settings.withPathStyle(access.pathStyle());
        }
        if (access.accessKey() != null) {
            settings = settings.withCredentials(access.accessKey(), access.secretKey());
        }
        return settings;
    }

    private ObjectStore decrypting() {
        WrappedKeyCatalog wrappedKeys = catalog.catalogs().wrappedKeys();
        List<byte[]> masterKeys = get(Settings.ENCRYPTION_KEY);
        if (masterKeys != null) {
            return new EncryptingObjectStore(stored, wrappedKeys, new MasterKeys(masterKeys));
        }
        if (wrappedKeys.isUsed()) {
            throw withoutMasterKey();
        }
        return stored;
    }

    /** For a catalog that is to be made anew, and so can't say it: whether objects are encrypted is seen in the store. */
    public void requireMasterKey() {
        if (objects == stored && !stored.list(ObjectFolders.KEYS, "", 1).join().isEmpty()) {
            throw withoutMasterKey();
        }
    }

    private static StartupException withoutMasterKey() {
        return new StartupException(
                "The store holds encrypted sessions. Give their key with --encryption-key or its _FILE form.", null);
    }

    private static CatalogSettings catalogSettings(Configuration configuration, Path folder) {
        String url = configuration.get(Settings.CATALOG_URL);
        return url == null
                ? CatalogSettings.of("jdbc:sqlite:" + folder.resolve(CATALOG_FILE))
                : CatalogSettings.of(
                        url, configuration.get(Settings.CATALOG_USER), configuration.get(Settings.CATALOG_PASSWORD));
    }

    private <T> T get(Setting<T> setting) {
        return configuration.get(setting);
    }

    @Override
    public void close() {
        objects.close();
        catalog.close();
    }
}
