use super::*;
use lifang_model::Silent;

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn request(input: GraphSiteInput, model: Model) -> GraphSiteRequest {
    GraphSiteRequest { input, model, sites: None, radius: None, capacity: None, seconds: 20.0, out: None }
}

/// Four clients on a line at 0, 1, 5 and 6 km, candidates at 0, 3 and 6 km; no way from the first to the last.
fn line(folder: &tempfile::TempDir, existing: &str) -> GraphSiteInput {
    GraphSiteInput::Tables {
        clients: file(folder, "clients.csv", "id,node,households\n0,7,10\n1,8,20\n2,9,30\n3,4,5\n"),
        candidates: file(folder, "candidates.csv", existing),
        cost: file(folder, "cost.csv", "0,3000,\n1000,2000,5000\n5000,2000,1000\ninf,3000,0\n"),
    }
}

const PLAIN: &str = "id,node\n0,1\n1,2\n2,3\n";

#[test]
fn each_model_chooses_from_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let solved = |model, sites, radius| {
        let request = GraphSiteRequest { sites, radius, ..request(line(&folder, PLAIN), model) };
        let found = site_table(&request, &Silent).unwrap();
        assert!(found.proven && found.gap_pct == 0.0 && found.bound == found.objective);
        (found.objective, found.sites)
    };
    assert_eq!(solved(Model::Mclp, Some(1), Some(1000.0)), (35.0, vec![2]));
    assert_eq!(solved(Model::Lscp, None, Some(1000.0)), (2.0, vec![0, 2]));
    assert_eq!(solved(Model::PMedian, Some(2), None), (20_000.0 + 30_000.0, vec![0, 2]));
    assert_eq!(solved(Model::PCenter, Some(1), None), (3000.0, vec![1]));
}

#[test]
fn an_existing_station_stays_and_the_assignment_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    let input = line(&folder, "id,node,existing\n0,1,0\n1,2,1\n2,3,0\n");
    let asked = GraphSiteRequest { sites: Some(1), out: Some(out.clone()), ..request(input, Model::PMedian) };
    let found = site_table(&asked, &Silent).unwrap();
    assert_eq!((found.sites, found.existing, found.unserved), (vec![1], 1, 0));
    assert_eq!(
        std::fs::read_to_string(out).unwrap(),
        "client,site,cost\n0,1,3000\n1,1,2000\n2,1,2000\n3,1,3000\n"
    );
}

#[test]
fn a_graph_of_the_or_library_is_a_table_of_shortest_paths() {
    let folder = tempfile::tempdir().unwrap();
    // The edge 1-2 comes twice: its last cost counts. 1-2-3 is shorter than 1-3.
    let path = file(&folder, "graph.txt", " 4 5 1\n1 2 9\n2 1 2\n2 3 3\n1 3 70\n3 4 4 \n");
    let found = site_table(&request(GraphSiteInput::OrLibrary(path), Model::PMedian), &Silent).unwrap();
    assert_eq!((found.objective, found.sites, found.p), (2.0 + 3.0 + 7.0, vec![1], 1));
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let told = |cost: &str| {
        let input = GraphSiteInput::Tables {
            clients: file(&folder, "clients.csv", "id,households\n0,10\n1,20\n"),
            candidates: file(&folder, "candidates.csv", "id\n0\n1\n"),
            cost: file(&folder, "cost.csv", cost),
        };
        site_table(&GraphSiteRequest { sites: Some(1), ..request(input, Model::PMedian) }, &Silent)
            .unwrap_err()
            .to_string()
    };
    assert!(told("1,2\n3,-4\n").contains("row 2 column \"2\""));
    assert!(told("1,2\n3\n").contains("row 2") && told("1,2\n3\n").contains("1 cells for 2 candidates"));
    assert!(told("1,2\n").contains("1 rows for 2 clients"));
    assert!(told("1,2\n3,4\n5,6\n").contains("more rows than the 2 clients"));
    for bad in ["", "3 1", "2 1 1\n1 5 3\n", "2 2 1\n1 2 3\n", "0 0 0\n"] {
        let path = file(&folder, "bad.txt", bad);
        let asked = request(GraphSiteInput::OrLibrary(path), Model::PMedian);
        assert!(matches!(site_table(&asked, &Silent), Err(PlannerError::Table { .. })), "{bad}");
    }
    let asked = request(line(&folder, PLAIN), Model::Mclp);
    assert!(site_table(&asked, &Silent).unwrap_err().to_string().contains("--p"));
}

#[test]
fn sites_with_room_for_few_share_a_client_and_leave_the_rest_out() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    let room = file(&folder, "room.csv", "id,capacity\n0,12\n1,0\n2,20\n");
    let asked = GraphSiteRequest {
        sites: Some(2),
        radius: Some(5000.0),
        capacity: Some(room),
        out: Some(out.clone()),
        ..request(line(&folder, PLAIN), Model::Mclp)
    };
    let found = site_table(&asked, &Silent).unwrap();
    assert_eq!((found.objective, found.sites.clone(), found.proven), (32.0, vec![0, 2], true));
    assert_eq!(found.without_room, Some(65 - 32));
    let text = std::fs::read_to_string(out).unwrap();
    assert!(text.starts_with("client,site,cost,people\n"), "{text}");
    let people: u64 =
        text.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(people, 65);
}
