package io.tapedeck.recorder.privacy;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.event.MalformedEventsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Holds recorders to the masking that the project asks for: less is refused or, if the project says so, masked here
 * before anything is stored. A password in clear counts as less than any level. A client that says nothing of its masking
 * is never refused for it: what it shows and the project hides is masked here, and what the project does not keep is left
 * out. Thread-safe.
 */
public final class PrivacyGuard {
    /** Bytes held for each byte of events while they are masked: the copy as it grows, and one event written anew. */
    private static final int REDACTION_FACTOR = 3;

    private final ThreadLocal<PasswordCheck> passwords = ThreadLocal.withInitial(PasswordCheck::new);
    private final ThreadLocal<EventCheck> checks = ThreadLocal.withInitial(EventCheck::new);
    private final Redactor redactor = new Redactor();

    /**
     * Checks a chunk's events.
     *
     * @param events a valid JSON array, array-backed; not changed
     * @param declared the masking that the recorder says it has done; null if it says nothing
     * @return a copy to be stored instead, or empty if the events are as they must be
     * @throws ProblemException MASKING_VIOLATION if they are refused, MALFORMED if they are nested too deep to be checked
     */
    public Optional<ByteBuffer> check(
            ByteBuffer events, MaskingLevel declared, ProjectSettings project, MemoryBudget budget) {
        try {
            return declared == null
                    ? kept(events, Keeping.of(project), budget)
                    : checkDeclared(events, declared, project, budget);
        } catch (MalformedEventsException e) {
            throw Problem.of(ProblemCode.MALFORMED, "events: " + e.getMessage()).asException();
        } finally {
            // The checks stay with the thread: the events would stay in memory and in no budget.
            passwords.get().clear();
            checks.get().clear();
        }
    }

    private Optional<ByteBuffer> checkDeclared(
            ByteBuffer events, MaskingLevel declared, ProjectSettings project, MemoryBudget budget) {
        boolean declaresLess = declared.compareTo(project.masking()) < 0;
        if (!declaresLess && !passwords.get().leaks(events)) {
            return Optional.empty();
        }
        if (project.onLessMasking() == OnLessMasking.REJECT) {
            throw violation(
                    declaresLess
                            ? "masking.level is " + name(declared) + ", the project asks for " + name(project.masking())
                            : "a password field's value is not masked");
        }
        return Optional.of(redact(events, project.masking(), budget));
    }

    private Optional<ByteBuffer> kept(ByteBuffer events, Keeping asked, MemoryBudget budget) {
        // As below: who shows a password is not believed about the rest of what is typed.
        boolean leaks = asked.level() == MaskingLevel.OPEN && passwords.get().leaks(events);
        Keeping keeping = leaks ? asked.at(MaskingLevel.BALANCED) : asked;
        EventCheck check = checks.get();
        if (!check.anySuspect(events, keeping)) {
            return Optional.empty();
        }
        long held = (long) REDACTION_FACTOR * events.remaining();
        budget.reserve(held);
        try {
            Optional<ByteBuffer> kept = redactor.kept(events, keeping, check, budget);
            kept.ifPresent(copy -> budget.reserve(copy.remaining()));
            return kept;
        } finally {
            budget.release(held);
        }
    }

    private ByteBuffer redact(ByteBuffer events, MaskingLevel asked, MemoryBudget budget) {
        // A recorder that leaks a password is not believed about the rest of what is typed either.
        MaskingLevel level = asked == MaskingLevel.STRICT ? MaskingLevel.STRICT : MaskingLevel.BALANCED;
        long held = (long) REDACTION_FACTOR * events.remaining();
        budget.reserve(held);
        try {
            ByteBuffer masked = redactor.masked(events, level, budget);
            budget.reserve(masked.remaining());
            return masked;
        } catch (IOException e) {
            throw violation("the events are masked too little, and nested too deep to be masked here");
        } finally {
            budget.release(held);
        }
    }

    private static ProblemException violation(String detail) {
        return Problem.of(ProblemCode.MASKING_VIOLATION, detail).asException();
    }

    private static String name(MaskingLevel level) {
        return switch (level) {
            case OPEN -> "open";
            case BALANCED -> "balanced";
            case STRICT -> "strict";
        };
    }
}
