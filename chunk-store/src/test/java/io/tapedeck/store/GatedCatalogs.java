package io.tapedeck.store;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Makes every call to every seam of a catalog go through a gate. */
final class GatedCatalogs {
    private GatedCatalogs() {}

    static Catalogs of(Catalogs real, CallGate gate) {
        RecordComponent[] seams = Catalogs.class.getRecordComponents();
        try {
            Object[] gated = new Object[seams.length];
            for (int i = 0; i < seams.length; i++) {
                gated[i] = gated(seams[i].getType(), seams[i].getAccessor().invoke(real), gate);
            }
            Constructor<Catalogs> constructor = Catalogs.class.getDeclaredConstructor(
                    Arrays.stream(seams).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(gated);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the seams are not what they were", e);
        }
    }

    private static Object gated(Class<?> seam, Object real, CallGate gate) {
        return Proxy.newProxyInstance(
                seam.getClassLoader(),
                new Class<?>[] {seam},
                (proxy, method, args) -> gate.call(method.getName(), () -> invoke(real, method, args)));
    }

    private static Object invoke(Object real, Method method, Object[] args) throws Exception {
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
