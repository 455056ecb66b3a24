import java.io.File;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.profiles.Profiles;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

/** Prints what OWL API and HermiT hold against the ontology in a file, one line each, and in the end how much there was to look at. */
public class Profile {
    public static void main(String[] arguments) throws Exception {
        OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
        for (Profiles profile : new Profiles[] {Profiles.OWL2_DL, Profiles.OWL2_RL}) {
            for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
                System.out.println(profile.name() + ": " + violation.toString().replace('\n', ' '));
            }
        }
        if (!Profiles.OWL2_DL.checkOntology(ontology).isInProfile()) {
            return; // HermiT refuses what is outside OWL 2 DL
        }
        OWLReasoner hermit = new ReasonerFactory().createReasoner(ontology);
        if (!hermit.isConsistent()) {
            System.out.println("HermiT: inconsistent");
            return;
        }
        hermit.getUnsatisfiableClasses().getEntitiesMinusBottom().forEach(c -> System.out.println("HermiT: unsatisfiable " + c));
        hermit.getBottomObjectPropertyNode().getEntitiesMinusBottom().forEach(p -> System.out.println("HermiT: unsatisfiable " + p));
        System.out.println("checked " + ontology.getAxiomCount() + " axioms");
    }
}
