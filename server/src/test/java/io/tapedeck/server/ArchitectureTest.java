package io.tapedeck.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the module map: who may know whom. */
@AnalyzeClasses(
        packages = "io.tapedeck",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestJars.class})
class ArchitectureTest {
    /** The store publishes its contracts and fixtures as a jar of tests, which is no part of the product. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String STORE = "io.tapedeck.store..";
    private static final String HTTP = "io.tapedeck.http..";
    private static final String RECORDER = "io.tapedeck.recorder..";
    private static final String PLAYBACK = "io.tapedeck.playback..";
    private static final String SERVER = "io.tapedeck.server..";

    @ArchTest
    static final ArchRule theStore_knowsNoHttpAndNoOtherModule = noClasses()
            .that()
            .resideInAPackage(STORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", HTTP, RECORDER, PLAYBACK, SERVER);

    @ArchTest
    static final ArchRule theGateways_neverSeeEachOther_recorder = noClasses()
            .that()
            .resideInAPackage(RECORDER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PLAYBACK);

    @ArchTest
    static final ArchRule theGateways_neverSeeEachOther_playback = noClasses()
            .that()
            .resideInAPackage(PLAYBACK)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(RECORDER);

    @ArchTest
    static final ArchRule nobody_knowsTheCompositionRoot = noClasses()
            .that()
            .resideOutsideOfPackage(SERVER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SERVER);

    @ArchTest
    static final ArchRule theSharedHttpPackage_knowsNoRoute = noClasses()
            .that()
            .resideInAPackage(HTTP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(RECORDER, PLAYBACK);

    @ArchTest
    static final ArchRule implementations_arePickedInOnePlace = classes()
            .that()
            .haveSimpleNameEndingWith("ObjectStore")
            .and()
            .areNotInterfaces()
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage("io.tapedeck.store.object..", SERVER);

    @ArchTest
    static final ArchRule thePackages_haveNoCycles =
            slices().matching("io.tapedeck.server.(*)..").should().beFreeOfCycles();
}
