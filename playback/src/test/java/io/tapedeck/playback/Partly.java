package io.tapedeck.playback;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Seams of which a fake has only those methods that this module calls; calling another fails the test. */
final class Partly {
    private Partly() {}

    /** @param fake has public methods of the seam's names and parameters */
    static <T> T as(Class<T> seam, Object fake) {
        return seam.cast(Proxy.newProxyInstance(
                seam.getClassLoader(),
                new Class<?>[] {seam},
                (proxy, method, arguments) -> call(fake, method, arguments)));
    }

    private static Object call(Object fake, Method method, Object[] arguments) throws Throwable {
        try {
            Method found = fake.getClass().getMethod(method.getName(), method.getParameterTypes());
            found.setAccessible(true);
            return found.invoke(fake, arguments);
        } catch (NoSuchMethodException e) {
            throw new AssertionError("playback is not meant to call " + method, e);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
