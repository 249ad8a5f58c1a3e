package io.tapedeck.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Stands between a store and what it uses, where a test wants one of many calls to end otherwise. */
public final class Seam {
    private Seam() {}

    /** What becomes of a call; usually {@code method.invoke(real, args)}. */
    public interface Behaviour {
        Object call(Method method, Object[] args) throws Exception;
    }

    public static <T> T of(Class<T> type, Behaviour behaviour) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            try {
                return behaviour.call(method, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
