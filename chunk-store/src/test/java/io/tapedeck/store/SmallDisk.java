package io.tapedeck.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A real folder with little room: what is written below {@link #path} counts, what is deleted does not count any more, and
 * a write beyond the room writes what fits and then fails as a full disk does. Thread-safe.
 */
final class SmallDisk {
    private final Path root;
    private final AtomicLong bytesMax;
    private final Provider provider;

    SmallDisk(Path root, long bytesMax) {
        this.root = root;
        this.bytesMax = new AtomicLong(bytesMax);
        this.provider = new Provider(root.getFileSystem().provider());
    }

    Path path(String name) {
        return wrap(root.resolve(name));
    }

    void setBytesMax(long bytes) {
        bytesMax.set(bytes);
    }

    /** Bytes of all files, of each once however many names it has. */
    private long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            long bytes = 0;
            Set<Object> counted = new HashSet<>();
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
                    bytes += facts.isRegularFile() && counted.add(facts.fileKey()) ? facts.size() : 0;
                } catch (NoSuchFileException gone) {
                    // Deleted while we looked.
                }
            }
            return bytes;
        } catch (UncheckedIOException gone) {
            return 0;
        }
    }

    private Path wrap(Path path) {
        return path == null
                ? null
                : (Path) Proxy.newProxyInstance(
                        SmallDisk.class.getClassLoader(),
                        new Class<?>[] {Path.class, Wrapped.class},
                        (proxy, method, args) -> invoke(path, method, args));
    }

    /** A path of this disk. */
    private interface Wrapped {
        Path unwrapped();
    }

    private Object invoke(Path path, Method method, Object[] args) throws Throwable {
        if (method.getName().equals("unwrapped")) {
            return path;
        }
        if (method.getName().equals("getFileSystem")) {
            return provider.fileSystem;
        }
        try {
            Object[] plain = args == null
                    ? null
                    : Arrays.stream(args)
                            .map(arg -> arg instanceof Path p ? unwrap(p) : arg)
                            .toArray();
            Object result = method.invoke(path, plain);
            return result instanceof Path p ? wrap(p) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Path unwrap(Path path) {
        return path instanceof Wrapped wrapped ? wrapped.unwrapped() : path;
    }

    /** Files of this disk: the real ones, but for writing. */
    private final class Provider extends FileSystemProvider {
        private final FileSystemProvider real;
        private final FileSystem fileSystem = new Quota(this);

        Provider(FileSystemProvider real) {
            this.real = real;
        }

        @Override
        public String getScheme() {
            return "small";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            return new QuotaChannel(real.newFileChannel(unwrap(path), options, attributes));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            return newFileChannel(path, options, attributes);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            DirectoryStream<Path> stream = real.newDirectoryStream(unwrap(dir), entry -> filter.accept(wrap(entry)));
            return new DirectoryStream<>() {
                @Override
                public Iterator<Path> iterator() {
                    Iterator<Path> entries = stream.iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return entries.hasNext();
                        }

                        @Override
                        public Path next() {
                            return wrap(entries.next());
                        }
                    };
                }

                @Override
                public void close() throws IOException {
                    stream.close();
                }
            };
        }

        @Override
        public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
            real.createDirectory(unwrap(dir), attributes);
        }

        @Override
        public void createLink(Path link, Path existing) throws IOException {
            real.createLink(unwrap(link), unwrap(existing));
        }

        @Override
        public void delete(Path path) throws IOException {
            real.delete(unwrap(path));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            real.copy(unwrap(source), unwrap(target), options);
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            real.move(unwrap(source), unwrap(target), options);
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return real.isSameFile(unwrap(path), unwrap(other));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return real.isHidden(unwrap(path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return real.getFileStore(unwrap(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            real.checkAccess(unwrap(path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return real.getFileAttributeView(unwrap(path), type, options);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            return real.readAttributes(unwrap(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            return real.readAttributes(unwrap(path), attributes, options);
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
            real.setAttribute(unwrap(path), attribute, value, options);
        }
    }

    /** The file system that its paths say they are of. */
    private final class Quota extends FileSystem {
        private final FileSystemProvider provider;

        Quota(FileSystemProvider provider) {
            this.provider = provider;
        }

        @Override
        public FileSystemProvider provider() {
            return provider;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return root.getFileSystem().getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return List.of(wrap(root));
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return root.getFileSystem().getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return root.getFileSystem().supportedFileAttributeViews();
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrap(root.getFileSystem().getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }

    /** A channel whose writes need room. */
    private final class QuotaChannel extends ForwardingFileChannel {
        QuotaChannel(FileChannel channel) {
            super(channel);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            long room = Math.max(0, bytesMax.get() - bytes());
            if (source.remaining() <= room) {
                return super.write(source);
            }
            ByteBuffer fits = source.slice(source.position(), (int) room);
            super.write(fits);
            throw new IOException("No space left on device");
        }
    }
}
